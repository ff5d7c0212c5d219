// Nothing to call: the library is loaded in front of others.
