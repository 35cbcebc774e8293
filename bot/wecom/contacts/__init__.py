"""Customer contact (客户联系): one class for each noun, one awaitable verb for each call.

A verb checks the platform's limits before the call, and writes what it changed into our records
in the same go, because changes made by API cause no callback.
"""
