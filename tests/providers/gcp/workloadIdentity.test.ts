import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterHandle, ClusterReference, WorkloadIdentity } from "../../../providers/cloud";
import { cloud } from "../../../providers/gcp";
import { withoutReservedPrefix } from "../../../providers/gcp/names";
import { siteProvider } from "../../../providers/gcp/siteProvider";
import { NUMBER, PROJECT, record, scopeOf, valueOf } from "./support";

const ISSUER = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF";

/** As much of a cluster's handle as an identity looks at. */
function clusterOf(part: Partial<ClusterHandle>): ClusterHandle {
    return part as ClusterHandle;
}

const gke = () =>
    clusterOf({
        cloud: "gcp",
        reference: pulumi.output({ account: "cluster-project" } as ClusterReference),
    });

async function identity(cluster: () => ClusterHandle, preview = false) {
    let made!: WorkloadIdentity;
    const recording = await record(
        (into) => {
            made = cloud.workloadIdentity(
                { cluster: cluster(), namespace: "models", serviceAccount: "chat" },
                scopeOf(into, { name: "chat" }),
            );
        },
        { preview },
    );
    return { recording, made };
}

describe("a workload's identity on GKE", () => {
    it("is a service account that the pod acts as by annotation, in the cluster's own pool", async () => {
        const { recording, made } = await identity(gke);
        assert.deepEqual(recording.shape, [
            "barycenter:index:Test chat",
            "gcp:serviceaccount/account:Account chat-identity",
            "gcp:serviceaccount/iAMMember:IAMMember chat-identity-binding",
        ]);
        const { accountId, ...account } = recording.named("chat-identity").inputs;
        assert.match(accountId, /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/);
        assert.deepEqual(account, {
            project: PROJECT,
            displayName: "chat-identity",
            createIgnoreAlreadyExists: true,
        });
        assert.deepEqual(recording.named("chat-identity-binding").inputs, {
            serviceAccountId: `projects/${PROJECT}/serviceAccounts/${accountId}@${PROJECT}.iam.gserviceaccount.com`,
            role: "roles/iam.workloadIdentityUser",
            member: "serviceAccount:cluster-project.svc.id.goog[models/chat]",
        });
        const email = `${accountId}@${PROJECT}.iam.gserviceaccount.com`;
        assert.equal(await valueOf(made.id), `serviceAccount:${email}`);
        const annotation = made.pod.serviceAccountAnnotations["iam.gke.io/gcp-service-account"];
        assert.equal(await valueOf(pulumi.output(annotation!)), email);
        assert.deepEqual([made.pod.environment, made.pod.files, made.pod.tokens], [[], [], []]);
    });
});

describe("a workload's identity on another cloud's cluster", () => {
    const eks = () => clusterOf({ cloud: "aws", issuer: pulumi.output(ISSUER) });

    it("trusts that cluster's issuer for one service account alone", async () => {
        const { recording } = await identity(eks);
        const pool = recording.named("chat-identity-pool").inputs;
        assert.match(pool.workloadIdentityPoolId, /^chat-pool-[a-z0-9]{8}$/);
        assert.deepEqual(recording.named("chat-identity-provider").inputs, {
            workloadIdentityPoolId: pool.workloadIdentityPoolId,
            workloadIdentityPoolProviderId: "cluster",
            project: PROJECT,
            oidc: { issuerUri: ISSUER },
            attributeMapping: { "google.subject": "assertion.sub" },
            attributeCondition: `assertion.sub == "system:serviceaccount:models:chat"`,
        });
        assert.equal(
            recording.named("chat-identity-binding").inputs.member,
            `principal://iam.googleapis.com/projects/${NUMBER}/locations/global/workloadIdentityPools/${pool.workloadIdentityPoolId}` +
                "/subject/system:serviceaccount:models:chat",
        );
    });

    it("gives the pod a projected token, a credential configuration without a secret, and the project", async () => {
        const { recording, made } = await identity(eks);
        const pool = recording.named("chat-identity-pool").inputs.workloadIdentityPoolId as string;
        const audience = `//iam.googleapis.com/projects/${NUMBER}/locations/global/workloadIdentityPools/${pool}/providers/cluster`;
        const [file] = made.pod.files;
        const [token] = made.pod.tokens;
        const { accountId } = recording.named("chat-identity").inputs;
        assert.deepEqual(JSON.parse((await valueOf(pulumi.output(file!.content)))!), {
            type: "external_account",
            audience,
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            token_url: "https://sts.googleapis.com/v1/token",
            service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${accountId}@${PROJECT}.iam.gserviceaccount.com:generateAccessToken`,
            credential_source: { file: token!.path, format: { type: "text" } },
        });
        assert.equal(await valueOf(pulumi.output(token!.audience)), `https:${audience}`);
        assert.equal(made.pod.environment[0]!.name, "GOOGLE_APPLICATION_CREDENTIALS");
        assert.equal(made.pod.environment[0]!.value, file!.path);
        assert.equal(made.pod.environment[1]!.name, "GOOGLE_CLOUD_PROJECT");
        assert.deepEqual(made.pod.serviceAccountAnnotations, {});
    });

    it("gets a pool that no deleted one has the id of: the id follows the account's own, which is new each time", async () => {
        const { recording } = await identity(eks, true);
        assert.ok(pulumi.isUnknown(recording.named("chat-identity-pool").inputs.workloadIdentityPoolId));
        assert.equal(withoutReservedPrefix("gcp-chat-pool-12345678"), "gcloud-chat-pool-12345678");
    });

    it("enables what a federated token is exchanged by, first", async () => {
        const { recording } = await identity(eks);
        const services = recording.ofType("projects/service:Service");
        assert.deepEqual(services.map(({ inputs }) => inputs.service as string).sort(), [
            "iam.googleapis.com",
            "iamcredentials.googleapis.com",
            "sts.googleapis.com",
        ]);
        assert.deepEqual(recording.waitsFor("identity").sort(), services.map(({ name }) => name).sort());
    });

    it("has a subject that Google Cloud takes", async () => {
        await record((into) => {
            const spec = {
                cluster: clusterOf({ cloud: "aws", issuer: pulumi.output(ISSUER) }),
                namespace: "n".repeat(60),
                serviceAccount: "s".repeat(60),
            };
            assert.throws(() => cloud.workloadIdentity(spec, scopeOf(into)), /143 characters.*at most 127/);
        });
    });

    it("needs that cluster's issuer", async () => {
        await record((into) => {
            const spec = { cluster: clusterOf({ cloud: "azure" }), namespace: "n", serviceAccount: "s" };
            assert.throws(() => cloud.workloadIdentity(spec, scopeOf(into)), /token issuer is not known/);
        });
    });

    it("registers the same resources while nothing is known", async () => {
        const unknown = () => clusterOf({ cloud: "aws", issuer: pulumi.output(pulumi.unknown as string) });
        const preview = await identity(unknown, true);
        const up = await identity(eks);
        assert.deepEqual(preview.recording.shape, up.recording.shape);
    });
});

describe("the provider of a site on Google Cloud", () => {
    it("is the default one unless the landing zone names a project or an account to act as", async () => {
        const recording = await record(() => {
            assert.equal(siteProvider("europe-west4", {}), undefined);
            assert.equal(siteProvider("europe-west4", { network: "vpc" }), undefined);
        });
        assert.deepEqual(recording.resources, []);
    });

    it("has the project, the region and the account to act as", async () => {
        const role = "deployer@acme-ml.iam.gserviceaccount.com";
        const recording = await record(() => {
            siteProvider("europe-west4", { account: PROJECT });
            siteProvider("europe-west4", { account: PROJECT, role });
        });
        const [plain, impersonating] = recording.resources;
        assert.equal(plain!.inputs.project, PROJECT);
        assert.equal(plain!.inputs.region, "europe-west4");
        assert.equal("impersonateServiceAccount" in plain!.inputs, false);
        assert.equal(impersonating!.inputs.impersonateServiceAccount, role);
        assert.notEqual(plain!.name, impersonating!.name);
    });
});
