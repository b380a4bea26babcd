"""What the pipeline makes of a stored corpus of broken feeds, hostile pages and faulty servers.

The corpus is no part of the product. These tests run where the environment variable
CLAIMLINE_CORPUS names its folder, or where it lies beside the checkout; elsewhere they are skipped.
"""
