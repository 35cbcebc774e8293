"""The chat sidebar (聊天工具栏, pages 91789, 98419, 100749): a mock `ww` and what it asks."""
