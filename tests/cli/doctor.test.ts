import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { deploymentIn, readState, type Deployment, type StateResource } from "../../cli/doctor/checkpoint";
import { diagnose, type Finding } from "../../cli/doctor/diagnose";
import { renderDiagnosis } from "../../cli/doctor/render";
import { UsageError } from "../../cli/errors";

const COMPONENT = "urn:pulumi:dev::shop::barycenter:index:ModelStore::weights";
const DEFAULT_AWS = "urn:pulumi:dev::shop::pulumi:providers:aws::default_7_48_0";
const SITE_AWS = "urn:pulumi:dev::shop::pulumi:providers:aws::aws-eu-west-1";

const component: StateResource = { urn: COMPONENT, type: "barycenter:index:ModelStore" };
const defaultAws: StateResource = {
    urn: DEFAULT_AWS,
    type: "pulumi:providers:aws",
    custom: true,
    id: "p1",
    inputs: { region: "eu-west-1" },
};

function resource(
    type: string,
    name: string,
    inputs: Record<string, unknown>,
    rest: Partial<StateResource> = {},
): StateResource {
    return {
        urn: `urn:pulumi:dev::shop::${type}::${name}`,
        type,
        custom: true,
        inputs,
        provider: `${DEFAULT_AWS}::p1`,
        ...rest,
    };
}

/** The diagnosis of one interrupted creation. */
function creating(pending: StateResource, others: readonly StateResource[] = []): Finding {
    const deployment: Deployment = {
        resources: [defaultAws, component, ...others],
        pending_operations: [{ type: "creating", resource: pending }],
    };
    const [finding] = diagnose(deployment).findings;
    assert.ok(finding);
    return finding;
}

describe("doctor", () => {
    describe("finds the import id", () => {
        const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
            ["aws:s3/bucket:Bucket", { bucket: "weights-3f2a" }, "weights-3f2a"],
            ["aws:s3/bucketVersioning:BucketVersioning", { bucket: "weights-3f2a" }, "weights-3f2a"],
            ["aws:iam/role:Role", { name: "chat-role" }, "chat-role"],
            ["aws:iam/rolePolicy:RolePolicy", { role: "chat-role", name: "grant" }, "chat-role:grant"],
            [
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                { role: "node", policyArn: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy" },
                "node/arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
            ],
            ["aws:eks/cluster:Cluster", { name: "serving" }, "serving"],
            [
                "aws:eks/nodeGroup:NodeGroup",
                { clusterName: "serving", nodeGroupName: "chat" },
                "serving:chat",
            ],
            ["aws:eks/addon:Addon", { clusterName: "serving", addonName: "coredns" }, "serving:coredns"],
            [
                "aws:ec2/route:Route",
                { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
                "rtb-1_0.0.0.0/0",
            ],
            [
                "aws:ec2/routeTableAssociation:RouteTableAssociation",
                { routeTableId: "rtb-1", subnetId: "subnet-1" },
                "subnet-1/rtb-1",
            ],
            ["aws:sagemaker/endpoint:Endpoint", { name: "ranker" }, "ranker"],
            [
                "gcp:container/cluster:Cluster",
                { name: "serving", location: "europe-west4", project: "shop-1" },
                "projects/shop-1/locations/europe-west4/clusters/serving",
            ],
            [
                "gcp:container/nodePool:NodePool",
                { name: "chat", cluster: "projects/shop-1/locations/europe-west4/clusters/serving" },
                "shop-1/europe-west4/serving/chat",
            ],
            [
                "gcp:storage/bucketIAMMember:BucketIAMMember",
                {
                    bucket: "weights",
                    role: "roles/storage.objectViewer",
                    member: "user:a@example.com",
                    condition: { title: "path" },
                },
                "b/weights roles/storage.objectViewer user:a@example.com path",
            ],
            [
                "azure-native:storage:StorageAccount",
                {
                    resourceGroupName: "weights",
                    accountName: "weights3f2a",
                    identity: { id: "/subscriptions/00000000-0000-0000-0000-000000000009/x" },
                },
                "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/weights/providers/Microsoft.Storage/storageAccounts/weights3f2a",
            ],
            [
                "kubernetes:core/v1:ServiceAccount",
                { metadata: { name: "chat", namespace: "models" } },
                "models/chat",
            ],
            ["kubernetes:core/v1:ServiceAccount", { metadata: { name: "chat" } }, "default/chat"],
            [
                "kubernetes:gateway.networking.k8s.io/v1:GatewayClass",
                { metadata: { name: "envoy" } },
                "envoy",
            ],
            ["kubernetes:helm.sh/v3:Release", { name: "keda", namespace: "keda" }, "keda/keda"],
        ];
        for (const [type, inputs, expected] of cases) {
            it(`of ${type} as ${expected}`, () => {
                assert.deepEqual(creating(resource(type, "it", inputs)).id, { kind: "known", id: expected });
            });
        }
    });

    it("prints the import under the component, without protection and without code", () => {
        const bucket = resource(
            "aws:s3/bucket:Bucket",
            "weights-bucket",
            { bucket: "weights-3f2a" },
            { parent: COMPONENT, provider: `${SITE_AWS}::p2` },
        );
        assert.equal(
            creating(bucket).importCommand,
            "pulumi import aws:s3/bucket:Bucket weights-bucket weights-3f2a " +
                `--parent weights=${COMPONENT} --provider awsEuWest1=${SITE_AWS} --generate-code=false --protect=false`,
        );
    });

    it("quotes an id with spaces", () => {
        const member = resource("gcp:projects/iAMMember:IAMMember", "reader", {
            project: "shop-1",
            role: "roles/viewer",
            member: "user:a@example.com",
        });
        assert.match(creating(member).importCommand ?? "", / 'shop-1 roles\/viewer user:a@example\.com' /);
    });

    it("imports nothing under a parent that the state lacks, which would get another URN", () => {
        const orphan = creating(
            resource("aws:iam/role:Role", "r", { name: "r" }, { parent: `${COMPONENT}-gone` }),
        );
        assert.equal(orphan.importCommand, undefined);
        assert.equal(orphan.parentMissing, true);
    });

    it("tells how to find what the service named, and which ones are not it", () => {
        const finding = creating(
            resource("aws:ec2/subnet:Subnet", "b", {
                vpcId: "vpc-1",
                tags: { component: "serving", Name: "b's" },
            }),
            [resource("aws:ec2/subnet:Subnet", "a", {}, { id: "subnet-1" })],
        );
        assert.deepEqual(finding.id, { kind: "chosen" });
        assert.deepEqual(finding.findCommands, [
            "aws resourcegroupstaggingapi get-resources --region eu-west-1 --resource-type-filters ec2:subnet " +
                "--tag-filters Key=component,Values=serving 'Key=Name,Values=b'\\''s'",
        ]);
        assert.deepEqual(finding.knownIds, ["subnet-1"]);
        assert.match(finding.importCommand ?? "", / b '<id>' /);
    });

    it("takes the account from other resources of the same provider", () => {
        const finding = creating(resource("aws:iam/policy:Policy", "p", { name: "read" }), [
            resource(
                "aws:iam/role:Role",
                "r",
                {},
                { id: "r", outputs: { arn: "arn:aws:iam::210987654321:role/r" } },
            ),
        ]);
        assert.deepEqual(finding.id, { kind: "known", id: "arn:aws:iam::210987654321:policy/read" });
    });

    it("leaves a gap for what follows a prefix, and tells how to find it", () => {
        const finding = creating(
            resource("aws:eks/nodeGroup:NodeGroup", "chat-nodes", {
                clusterName: "serving",
                nodeGroupNamePrefix: "chat-",
            }),
        );
        assert.deepEqual(finding.id, { kind: "partial", id: "serving:chat-<suffix>" });
        assert.match(finding.findCommands.join(), /^aws eks list-nodegroups .*--cluster-name serving$/);
    });

    it("leaves a gap where the state does not tell the account", () => {
        const finding = creating(resource("aws:iam/policy:Policy", "p", { name: "read" }));
        assert.deepEqual(finding.id, { kind: "partial", id: "arn:aws:iam::<account>:policy/read" });
    });

    it("says that a made-up name is made up again", () => {
        assert.equal(
            creating(resource("aws:iam/role:Role", "chat-role", { name: "chat-role-1a2b3c4" })).engineNamed,
            true,
        );
        assert.equal(
            creating(resource("aws:iam/role:Role", "chat-role", { name: "shop-dev-chat" })).engineNamed,
            false,
        );
    });

    it("says what the next up sets again", () => {
        const attachment = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {
            role: "r",
            policyArn: "p",
        });
        assert.equal(creating(attachment).repeatable, true);
        assert.equal(creating(resource("aws:eks/cluster:Cluster", "c", { name: "c" })).repeatable, false);
    });

    it("does not import what a later update has recorded", () => {
        const bucket = resource("aws:s3/bucket:Bucket", "weights", { bucket: "weights-3f2a" });
        const finding = creating(bucket, [{ ...bucket, id: "weights-3f2a" }]);
        assert.equal(finding.recordedAs, "weights-3f2a");
        assert.equal(finding.importCommand, undefined);
    });

    it("does not import what its provider can't import", () => {
        const object = resource("gcp:storage/bucketObject:BucketObject", "o", { bucket: "b", name: "k" });
        assert.deepEqual(creating(object).id, { kind: "unsupported" });
        assert.equal(creating(object).importCommand, undefined);
    });

    it("gathers all creations with a known id, and no others, for one import", () => {
        const inside = { parent: COMPONENT, provider: `${SITE_AWS}::p2` };
        const role = resource("aws:iam/role:Role", "r", { name: "r" }, inside);
        const bucket = resource("aws:s3/bucket:Bucket", "b", { bucket: "b-1" }, inside);
        const vpc = resource("aws:ec2/vpc:Vpc", "v", { cidrBlock: "10.0.0.0/16" }, inside);
        const { importFile, clearCommand } = diagnose(
            {
                resources: [component],
                pending_operations: [
                    ...[role, bucket, vpc].map((each) => ({ type: "creating" as const, resource: each })),
                    { type: "updating", resource: { ...role, id: "r" } },
                ],
            },
            "dev",
        );
        const relatives = { parent: "weights", provider: "awsEuWest1" };
        assert.deepEqual(importFile, {
            nameTable: { weights: COMPONENT, awsEuWest1: SITE_AWS },
            resources: [
                { type: role.type, name: "r", id: "r", ...relatives },
                { type: bucket.type, name: "b", id: "b-1", ...relatives },
            ],
        });
        assert.equal(clearCommand, "pulumi refresh --stack dev --clear-pending-creates");
    });

    it("tells an orphan from what a replacement has left in the state", () => {
        const bucket = resource("aws:s3/bucket:Bucket", "weights", { bucket: "new" });
        const finding = creating(bucket, [{ ...bucket, id: "old" }]);
        assert.equal(finding.recordedAs, "old");
        assert.match(
            renderDiagnosis({ findings: [finding], importFile: { nameTable: {}, resources: [] } }),
            /the state holds it as old: if another one exists, it is an orphan/,
        );
    });

    it("gives no import for an interrupted deletion", () => {
        const role = resource("aws:iam/role:Role", "r", { name: "r" }, { id: "r" });
        const diagnosis = diagnose({
            resources: [role],
            pending_operations: [{ type: "deleting", resource: role }],
        });
        assert.equal(diagnosis.findings[0]?.importCommand, undefined);
        assert.equal(diagnosis.clearCommand, undefined);
        assert.match(renderDiagnosis(diagnosis), /it may be gone or still there/);
    });

    it("says so when nothing is pending", () => {
        assert.match(renderDiagnosis(diagnose({ resources: [] })), /^Nothing is pending/);
    });

    describe("reads", () => {
        const deployment: Deployment = { resources: [component] };
        let folder: string;
        before(() => {
            folder = fs.mkdtempSync(path.join(os.tmpdir(), "barycenter-doctor-"));
        });
        after(() => fs.rmSync(folder, { recursive: true }));

        it("an exported state", () => {
            assert.deepEqual(deploymentIn({ version: 3, deployment }), deployment);
        });

        it("a checkpoint, and one of a stack that was never updated", () => {
            assert.deepEqual(
                deploymentIn({ version: 3, checkpoint: { stack: "dev", latest: deployment } }),
                deployment,
            );
            assert.deepEqual(deploymentIn({ version: 3, checkpoint: { stack: "dev", latest: null } }), {});
        });

        it("a stack of a file backend, packed or not", () => {
            const stacks = path.join(folder, ".pulumi", "stacks", "shop");
            fs.mkdirSync(stacks, { recursive: true });
            const text = JSON.stringify({ version: 3, checkpoint: { latest: deployment } });
            fs.writeFileSync(path.join(stacks, "dev.json"), text);
            fs.writeFileSync(path.join(stacks, "prod.json.gz"), gzipSync(text));
            const place = { project: "shop", stack: "dev" };
            assert.deepEqual(readState(`file://${folder}`, place), deployment);
            assert.deepEqual(readState(folder, { ...place, stack: "prod" }), deployment);
        });

        it("nothing from a backend without that stack", () => {
            fs.mkdirSync(path.join(folder, ".pulumi"), { recursive: true });
            assert.throws(() => readState(folder, { project: "shop", stack: "test" }), UsageError);
            assert.throws(() => readState(folder, { project: "shop" }), UsageError);
        });

        it("nothing from another document", () => {
            const file = path.join(folder, "other.json");
            fs.writeFileSync(file, JSON.stringify({ hello: 1 }));
            assert.throws(() => readState(file, {}), UsageError);
        });
    });
});
