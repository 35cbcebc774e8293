"""Official accounts (公众号): another platform with a similar envelope, in a folder of its own."""
