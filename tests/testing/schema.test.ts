import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Deriver } from "../../testing/schema/derive";
import { usedTokens } from "../../testing/schema/generate";
import { findSdk, locate } from "../../testing/schema/locate";
import { schemaFolder, SchemaRegistry } from "../../testing/schema/registry";
import type { PackageName, PackageSchema, ResourceSpec } from "../../testing/schema/types";

/** Derives from the SDK, whatever the committed files hold. */
function derive(token: string): { spec: ResourceSpec; schema: PackageSchema } {
    const name = token.slice(0, token.indexOf(":")) as PackageName;
    const sdk = findSdk(name);
    assert.ok(sdk);
    const schema: PackageSchema = {
        package: name,
        version: sdk.version,
        resources: {},
        functions: {},
        types: {},
    };
    const spec = new Deriver(sdk, schema).resource(token);
    assert.ok(spec, token);
    return { spec, schema };
}

describe("schemas derived from an SDK", () => {
    it("find the file of a token in each SDK", () => {
        const found = (name: PackageName, token: string) => {
            const sdk = findSdk(name);
            return sdk && path.relative(sdk.directory, locate(sdk, token)?.file ?? "");
        };
        assert.equal(found("aws", "aws:s3/bucket:Bucket"), "s3/bucket");
        assert.equal(found("aws", "aws:index/getCallerIdentity:getCallerIdentity"), "getCallerIdentity");
        assert.equal(found("gcp", "gcp:projects/iAMMember:IAMMember"), "projects/iammember");
        assert.equal(found("azure-native", "azure-native:storage:StorageAccount"), "storage/storageAccount");
        assert.equal(found("kubernetes", "kubernetes:rbac.authorization.k8s.io/v1:Role"), "rbac/v1/role");
        assert.equal(found("kubernetes", "kubernetes:core/v1:Namespace"), "core/v1/namespace");
    });

    it("have the inputs of an AWS resource with nested lists and maps", () => {
        const { spec, schema } = derive("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
        assert.deepEqual(spec.required, ["bucket"]);
        assert.deepEqual(spec.inputs.rules, { array: { ref: "in:s3.BucketLifecycleConfigurationRule" } });
        const rule = schema.types["in:s3.BucketLifecycleConfigurationRule"];
        assert.deepEqual(rule.required, ["id", "status"]);
        assert.equal(rule.properties.id, "string");
        assert.deepEqual(derive("aws:s3/bucket:Bucket").spec.inputs.tags, { map: "string" });
    });

    it("tell promised outputs from optional ones", () => {
        const { spec } = derive("aws:s3/bucketVersioning:BucketVersioning");
        assert.ok(spec.promised.includes("versioningConfiguration"));
        assert.ok(!spec.promised.includes("mfa"));
        assert.equal(spec.outputs.mfa, "string");
    });

    it("keep the values of an Azure enumeration and drop the stale ones of AWS", () => {
        const { spec } = derive("azure-native:storage:StorageAccount");
        const kinds = ["Storage", "StorageV2", "BlobStorage", "FileStorage", "BlockBlobStorage"];
        assert.deepEqual(spec.inputs.kind, { values: kinds });
        assert.deepEqual(spec.required, ["kind", "resourceGroupName", "sku"]);
        assert.equal(derive("aws:ec2/instance:Instance").spec.inputs.instanceType, "string");
    });

    it("have the constants that Kubernetes classes set", () => {
        const { spec } = derive("kubernetes:apps/v1:Deployment");
        assert.deepEqual(spec.constants, { apiVersion: "apps/v1", kind: "Deployment" });
        assert.deepEqual(spec.inputs.kind, { values: ["Deployment"] });
    });

    it("follow nested types that contain themselves to their end", () => {
        const { schema } = derive("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition");
        const own = schema.types["in:apiextensions.v1.JSONSchemaProps"];
        assert.deepEqual(own.properties.not, { ref: "in:apiextensions.v1.JSONSchemaProps" });
    });

    it("know secret inputs and outputs from the SDK's code", () => {
        assert.deepEqual(derive("kubernetes:core/v1:Secret").spec.secretOutputs, ["data", "stringData"]);
        assert.ok(derive("aws:rds/cluster:Cluster").spec.secretInputs.includes("masterPassword"));
        assert.deepEqual(derive("aws:s3/bucket:Bucket").spec.secretOutputs, []);
    });

    it("accept what may be one of several types", () => {
        assert.equal(derive("aws:iam/rolePolicyAttachment:RolePolicyAttachment").spec.inputs.role, "string");
        const { schema } = derive("kubernetes:core/v1:Service");
        const port = schema.types["in:core.v1.ServicePort"].properties.targetPort;
        assert.deepEqual(port, { oneOf: ["number", "string"] });
    });

    it("mark assets", () => {
        assert.equal(derive("aws:s3/bucketObjectv2:BucketObjectv2").spec.inputs.source, "asset");
    });

    it("read from comments which properties replace, but not from conditional ones", () => {
        assert.deepEqual(derive("aws:eks/cluster:Cluster").spec.replaces, ["bootstrapSelfManagedAddons"]);
    });

    it("are undefined for a type that no SDK has", () => {
        const registry = new SchemaRegistry();
        assert.equal(registry.resource("aws:s3/buket:Buket"), undefined);
        assert.equal(registry.resource("azure-native:storage:StorageAcount"), undefined);
        assert.equal(registry.resource("random:index/randomId:RandomId"), undefined);
    });
});

describe("the schema files", () => {
    it("equal what the installed SDKs declare", () => {
        for (const file of fs.readdirSync(schemaFolder())) {
            const stored = JSON.parse(
                fs.readFileSync(path.join(schemaFolder(), file), "utf8"),
            ) as PackageSchema;
            const sdk = findSdk(stored.package as PackageName);
            assert.equal(
                stored.version,
                sdk?.version,
                `${file} is of another version: run testing/schema/generate.ts`,
            );
            const fresh: PackageSchema = { ...stored, resources: {}, functions: {}, types: {} };
            const deriver = new Deriver(sdk!, fresh);
            for (const [token, spec] of Object.entries(stored.resources)) {
                assert.deepEqual(JSON.parse(JSON.stringify(deriver.resource(token))), spec, token);
            }
        }
    });

    it("answer a type of theirs without loading the compiler", () => {
        const registry = new SchemaRegistry();
        assert.ok(registry.resource("aws:eks/cluster:Cluster"));
        assert.equal(
            registry.resource("aws:eks/cluster:Cluster"),
            registry.resource("aws:eks/cluster:Cluster"),
        );
    });

    it("are completed in the user's cache folder for any other type", () => {
        const before = process.env.XDG_CACHE_HOME;
        const cache = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-cache-"));
        try {
            process.env.XDG_CACHE_HOME = cache;
            assert.ok(new SchemaRegistry().resource("aws:route53/zone:Zone"));
            const [file] = fs.readdirSync(path.join(cache, "barycenter/schemas/1"));
            const cached = fs.readFileSync(path.join(cache, "barycenter/schemas/1", file), "utf8");
            assert.ok((JSON.parse(cached) as PackageSchema).resources["aws:route53/zone:Zone"]);
            fs.writeFileSync(path.join(cache, "barycenter/schemas/1", file), "{ torn");
            assert.ok(new SchemaRegistry().resource("aws:route53/zone:Zone"));
        } finally {
            if (before === undefined) {
                delete process.env.XDG_CACHE_HOME;
            } else {
                process.env.XDG_CACHE_HOME = before;
            }
            fs.rmSync(cache, { recursive: true });
        }
    });
});

describe("usedTokens", () => {
    it("finds the types and functions that programs use through deep imports", () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-program-"));
        fs.writeFileSync(
            path.join(folder, "index.ts"),
            `import * as s3 from "@pulumi/aws/s3";
             import { Deployment } from "@pulumi/kubernetes/apps/v1";
             import * as storage from "@pulumi/azure-native/storage";
             new s3.Bucket("b", {} satisfies s3.BucketArgs);
             new Deployment("d", { spec });
             storage.listStorageAccountKeysOutput({ accountName, resourceGroupName });`,
        );
        const expected = [
            "aws:s3/bucket:Bucket",
            "azure-native:storage:listStorageAccountKeys",
            "kubernetes:apps/v1:Deployment",
        ];
        assert.deepEqual(usedTokens(folder).sort(), expected);
        fs.rmSync(folder, { recursive: true });
    });
});
