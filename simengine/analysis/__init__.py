"""From a result to what it tells: a Dataset in, a Dataset out; nothing is run."""
