"""Algorithms: recipes in compiled kernels, arrays in and arrays out."""
