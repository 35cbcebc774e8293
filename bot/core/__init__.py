"""The vocabulary of the house. Standard library only; every other package may import it."""
