"""The harness for storms and faults: it drives the product from outside and then compares."""
