import { CloudError } from "../errors";
import { isObject, stringAt, type Value, type Values } from "../values";
import type { Invoke } from "./index";

/** What the SDK's YAML components ask their provider to do. */
export const kubernetesInvokes: Readonly<Record<string, Invoke>> = {
    "kubernetes:yaml:decode": (args) => ({ result: decode(args) }),
    "kubernetes:helm:template": () => {
        throw new CloudError(
            "the simulated cluster does not render Helm charts; use kubernetes.helm.v3.Release, which is installed in the cluster",
        );
    },
};

function decode(args: Values): Value[] {
    const { parseAllDocuments } = require("yaml") as typeof import("yaml");
    const documents = parseAllDocuments(stringAt(args, "text") ?? "");
    return [...documents].flatMap((document) => {
        const [error] = document.errors;
        if (error) {
            throw new CloudError(`kubernetes:yaml:decode: ${error.message}`);
        }
        const object = document.toJS() as Value;
        if (!isObject(object)) {
            return [];
        }
        const namespace = stringAt(args, "defaultNamespace");
        const metadata = isObject(object.metadata) ? object.metadata : {};
        return namespace === undefined || metadata.namespace !== undefined
            ? [object]
            : [{ ...object, metadata: { ...metadata, namespace } }];
    });
}
