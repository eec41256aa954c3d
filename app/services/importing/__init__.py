"""Import: a file of rows becomes records. reading → sniffing → mapping → deciding → dry run → running.

`sources` keeps the file in the data folder, `sniffing` says how to read it, `mapping` which column is which field, `deciding` what
each row would do, `running` does it as a job that resumes exactly, `rejects` gives back what was refused.
"""
