import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Provider as KubernetesProvider } from "@pulumi/kubernetes/provider";
import { cloud } from "../../../providers/aws";
import type { ClusterHandle, ClusterReference } from "../../../providers/cloud";
import { CALLER, isUnknown, record, scopeOf, statements, valueOf, type Recording } from "./support";

const ISSUER = "https://container.googleapis.com/v1/projects/p/locations/europe-west4/clusters/c";

/** A cluster as a handle shows it. */
function clusterOn(name: "aws" | "gcp", overrides: Partial<ClusterHandle> = {}): ClusterHandle {
    const known = { version: 1, cloud: name, account: CALLER, name: "platform" } as Partial<ClusterReference>;
    return {
        cloud: name,
        region: name === "aws" ? "eu-west-1" : "europe-west4",
        clusterName: pulumi.output("platform"),
        endpoint: pulumi.output("https://cluster"),
        issuer: pulumi.output(ISSUER),
        kubeconfig: pulumi.output("{}"),
        provider: new KubernetesProvider("serving-kubernetes", {}),
        pools: [],
        addOns: [],
        reference: pulumi.output(known) as pulumi.Output<ClusterReference>,
        nodes: {},
        ready: [],
        ...overrides,
    };
}

const identify = (recording: Recording, cluster: ClusterHandle, name = "chat", zone = {}) =>
    cloud.workloadIdentity(
        { cluster, namespace: "models", serviceAccount: name },
        scopeOf(recording, { name, zone }),
    );

describe("an identity on AWS for pods of EKS", () => {
    it("is a role that this service account of this cluster alone can take", async () => {
        const recording = await record((into) => {
            identify(into, clusterOn("aws"));
        });
        assert.deepEqual(statements(recording.named("chat-role").inputs.assumeRolePolicy), [
            {
                Effect: "Allow",
                Principal: { Service: "pods.eks.amazonaws.com" },
                Action: ["sts:AssumeRole", "sts:TagSession"],
                Condition: {
                    StringEquals: {
                        "aws:SourceAccount": CALLER,
                        "aws:RequestTag/eks-cluster-name": "platform",
                        "aws:RequestTag/kubernetes-namespace": "models",
                        "aws:RequestTag/kubernetes-service-account": "chat",
                    },
                },
            },
        ]);
    });

    it("is associated in the cluster's region, which need not be the store's", async () => {
        const recording = await record((into) => {
            identify(into, clusterOn("aws", { region: "us-east-1" }));
        });
        const { inputs } = recording.named("chat-association");
        assert.deepEqual(
            [inputs.region, inputs.clusterName, inputs.namespace, inputs.serviceAccount],
            ["us-east-1", "platform", "models", "chat"],
        );
    });

    it("puts nothing into the pod, and no issuer into the account", async () => {
        const recording = await record((into) => {
            const { pod } = identify(into, clusterOn("aws"));
            assert.deepEqual([pod.tokens, pod.environment, pod.files], [[], [], []]);
            assert.deepEqual(pod.serviceAccountAnnotations, {});
            assert.equal(pod.dependencies.length, 2);
        });
        assert.deepEqual(recording.ofType("iam/openIdConnectProvider:OpenIdConnectProvider"), []);
    });

    it("gives the role's name, to which grants attach", () =>
        record(async (into) => {
            const identity = identify(into, clusterOn("aws"));
            const name = (await valueOf(identity.roleName!))!;
            assert.match(name, /^chat-[a-z0-9]{8}$/);
            assert.equal(await valueOf(identity.id), `arn:aws:iam::${CALLER}:role/${name}`);
        }));
});

describe("an identity on AWS for pods of another cloud", () => {
    it("is a role that a token of this service account alone can take", async () => {
        const recording = await record((into) => {
            identify(into, clusterOn("gcp"));
        });
        const host = ISSUER.replace("https://", "");
        assert.deepEqual(statements(recording.named("chat-role").inputs.assumeRolePolicy), [
            {
                Sid: "ServiceAccountToken",
                Effect: "Allow",
                Principal: { Federated: `arn:aws:iam::${CALLER}:oidc-provider/${host}` },
                Action: "sts:AssumeRoleWithWebIdentity",
                Condition: {
                    StringEquals: {
                        [`${host}:aud`]: "sts.amazonaws.com",
                        [`${host}:sub`]: "system:serviceaccount:models:chat",
                    },
                },
            },
        ]);
        assert.deepEqual(recording.ofType("eks/podIdentityAssociation:PodIdentityAssociation"), []);
    });

    it("gives the pod a token and says where it is", () =>
        record((into) => {
            const { pod } = identify(into, clusterOn("gcp"));
            const [token] = pod.tokens;
            assert.equal(token?.audience, "sts.amazonaws.com");
            assert.deepEqual(
                pod.environment.map(({ name }) => name),
                ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_REGION", "AWS_DEFAULT_REGION"],
            );
            assert.equal(pod.environment[1]?.value, token?.path);
        }));

    it("trusts an issuer once for all workloads of the cluster", async () => {
        const recording = await record((into) => {
            const cluster = clusterOn("gcp");
            identify(into, cluster, "chat");
            identify(into, cluster, "embed");
        });
        const trusted = recording.ofType("iam/openIdConnectProvider:OpenIdConnectProvider");
        assert.deepEqual(
            trusted.map(({ name }) => name),
            ["serving-kubernetes-aws-issuer"],
        );
        assert.equal(trusted[0]?.inputs.url, ISSUER);
        assert.deepEqual(trusted[0]?.inputs.clientIdLists, ["sts.amazonaws.com"]);
        assert.equal(trusted[0]?.inputs.thumbprintLists, undefined);
    });

    it("names no workload on what all of them share", async () => {
        const recording = await record((into) => {
            identify(into, clusterOn("gcp"));
        });
        const { tags } = recording.named("serving-kubernetes-aws-issuer").inputs;
        assert.deepEqual(tags, { owner: "ml", "managed-by": "barycenter" });
    });

    it("trusts an issuer once in each account", async () => {
        const recording = await record((into) => {
            const cluster = clusterOn("gcp");
            identify(into, cluster, "chat", { account: "111122223333" });
            identify(into, cluster, "embed", { account: "444455556666" });
        });
        assert.equal(recording.ofType("iam/openIdConnectProvider:OpenIdConnectProvider").length, 2);
    });

    it("registers the same resources while the issuer is unknown", async () => {
        const unknown = () => pulumi.output(pulumi.unknown as unknown as string) as pulumi.Output<string>;
        const preview = await record(
            (into) => {
                identify(into, clusterOn("gcp", { issuer: unknown() }));
            },
            { preview: true },
        );
        const up = await record((into) => {
            identify(into, clusterOn("gcp"));
        });
        assert.deepEqual(preview.shape, up.shape);
        assert.ok(isUnknown(preview.named("chat-role").inputs.assumeRolePolicy));
    });

    it("is refused where the cluster does not say who issues its tokens", () =>
        assert.rejects(
            record((into) => {
                const { issuer: _, ...silent } = clusterOn("gcp");
                identify(into, silent);
            }),
            /issuer/,
        ));
});

describe("the provider of a site on AWS", () => {
    it("is the default one unless an account or a role is named", () => {
        assert.equal(cloud.siteProvider("eu-west-1", {}), undefined);
        assert.equal(cloud.siteProvider("eu-west-1", { network: "vpc-1", subnets: [] }), undefined);
    });

    it("refuses other accounts and takes the role", async () => {
        const recording = await record(() => {
            cloud.siteProvider("eu-west-1", {
                account: CALLER,
                role: "arn:aws:iam::111122223333:role/deploy",
            });
        });
        const { inputs } = recording.named(`aws-${CALLER}-eu-west-1`);
        const plain = (value: unknown) => (typeof value === "string" ? JSON.parse(value) : value) as unknown;
        assert.equal(inputs.region, "eu-west-1");
        assert.deepEqual(plain(inputs.allowedAccountIds), [CALLER]);
        assert.deepEqual(plain(inputs.assumeRoles), [
            { roleArn: "arn:aws:iam::111122223333:role/deploy", sessionName: "barycenter" },
        ]);
    });

    it("serves look-ups too", async () => {
        const recording = await record((into) => {
            const zone = { role: "arn:aws:iam::111122223333:role/lookup" };
            const scope = scopeOf(into, { region: "eu-west-2", zone });
            cloud.adoptCluster({ clusterName: "c", existingPools: [], pools: [], addOns: [] }, scope);
        });
        assert.match(recording.calls[0]?.provider ?? "", /aws-eu-west-2/);
    });

    it("is another one for another account of the same region", async () => {
        const recording = await record(() => {
            cloud.siteProvider("eu-west-1", { account: CALLER });
            cloud.siteProvider("eu-west-1", { account: "444455556666" });
        });
        assert.deepEqual(
            recording.resources.map(({ name }) => name),
            [`aws-${CALLER}-eu-west-1`, "aws-444455556666-eu-west-1"],
        );
    });

    it("does not have the role in its name, so that a new role is the same provider", async () => {
        const recording = await record(() => {
            cloud.siteProvider("eu-west-1", { role: "arn:aws:iam::111122223333:role/other" });
        });
        assert.equal(recording.named("aws-eu-west-1").inputs.allowedAccountIds, undefined);
    });
});
