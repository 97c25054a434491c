import * as pulumi from "@pulumi/pulumi";

/** A structured value of the stack's configuration under `barycenter:`; its text where it is no JSON. */
export function stackConfig(key: string): unknown {
    const config = new pulumi.Config("barycenter");
    try {
        return config.getObject(key);
    } catch {
        return config.get(key);
    }
}
