/**
 * What runs in the storage initializer's image in place of its entry point: the same `Storage.download` of
 * kserve-storage 0.20.0, which is part of the pinned image, without two habits that a grant on one folder refuses.
 *
 * On S3 it asks for the bucket's head first. That counts as `s3:ListBucket` without a prefix, so a role that may list
 * one prefix alone gets 403 and nothing is fetched. On Azure it cuts the slash off the folder's end, so `…/1` also
 * finds the blobs of `…/10`, which the role may not read, and fails on the first of them.
 */
const SCRIPT = [
    "import sys",
    "import boto3",
    "from kserve_storage import Storage, configure_logging",
    "configure_logging()",
    "make, parse = boto3.resource, Storage._parse_azure_uri",
    "def resource(*args, **kwargs):",
    "    made = make(*args, **kwargs)",
    "    made.meta.client.head_bucket = lambda **_: None",
    "    return made",
    "def folder(uri):",
    "    *place, prefix = parse(uri)",
    "    return (*place, prefix + '/')",
    "boto3.resource = resource",
    "Storage._parse_azure_uri = staticmethod(folder)",
    "Storage.download(*sys.argv[1:])",
].join("\n");

/** Command of a container that takes a folder's URI and where to put its files as arguments. */
export const FETCH_COMMAND: readonly string[] = ["python3", "-c", SCRIPT];
