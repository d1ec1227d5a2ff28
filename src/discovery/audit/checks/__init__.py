"""The checks, a module a family. See CONTRIBUTING.md for how to add one."""
