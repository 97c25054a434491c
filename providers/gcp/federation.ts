import * as iam from "@pulumi/gcp/iam";
import type * as serviceaccount from "@pulumi/gcp/serviceaccount";
import * as pulumi from "@pulumi/pulumi";
import { NO_ACCESS, type PodAccess, type ServiceAccountSpec } from "../concepts/identity";
import type { Scope } from "../scope";
import { NAMES, withoutReservedPrefix } from "./names";

/** Where pods find what the client libraries need. Two folders, since each becomes a volume of its own. */
const CREDENTIALS_PATH = "/var/run/barycenter/gcp/credentials.json";
const TOKEN_PATH = "/var/run/secrets/barycenter/gcp/token";

/** Characters of a federated subject at most: @pulumi/gcp iam.WorkloadIdentityPoolProviderArgs.attributeMapping. */
const LONGEST_SUBJECT = 127;

/** A trust in a foreign cluster's service account. */
export interface Federation {
    /** IAM member that the Kubernetes service account is. */
    readonly member: pulumi.Output<string>;
    readonly pod: PodAccess;
    readonly nodes: Readonly<Record<string, pulumi.Resource>>;
}

/**
 * A workload identity pool that trusts one service account of a foreign cluster.
 *
 * A deleted pool keeps its id for 30 days, so a fixed id would fail when a destroyed stack is brought up again. The
 * id is therefore a hash of the service account's unique id, which Google gives anew at each creation and which stays
 * in the state: stable while the stack lives, new afterwards.
 */
export function federate(
    spec: ServiceAccountSpec,
    account: serviceaccount.Account,
    project: pulumi.Output<string>,
    scope: Scope,
): Federation {
    const issuer = spec.cluster.issuer;
    if (issuer === undefined) {
        throw new pulumi.RunError(
            `'${scope.name}' runs on a cluster of ${spec.cluster.cloud} whose token issuer is not known, so Google ` +
                `Cloud can't trust it. Give the cluster's 'issuer'.`,
        );
    }
    const subject = `system:serviceaccount:${spec.namespace}:${spec.serviceAccount}`;
    if (subject.length > LONGEST_SUBJECT) {
        throw new pulumi.RunError(
            `'${scope.name}' acts as '${subject}', which has ${subject.length} characters, and Google Cloud takes ` +
                `subjects of at most ${LONGEST_SUBJECT}: shorten the namespace or the component's name.`,
        );
    }
    const pool = scope.child("identity-pool", iam.WorkloadIdentityPool, {
        workloadIdentityPoolId: scope
            .globalName(NAMES.workloadIdentityPool, "pool", account.uniqueId)
            .apply(withoutReservedPrefix),
        project,
        description: `Trusts ${subject}`.slice(0, 256),
    });
    const provider = scope.child("identity-provider", iam.WorkloadIdentityPoolProvider, {
        workloadIdentityPoolId: pool.workloadIdentityPoolId,
        workloadIdentityPoolProviderId: "cluster",
        project,
        oidc: { issuerUri: issuer },
        attributeMapping: { "google.subject": "assertion.sub" },
        attributeCondition: `assertion.sub == "${subject}"`,
    });
    // Without allowed audiences, a provider takes its own full name as the audience.
    const audience = pulumi.interpolate`//iam.googleapis.com/${provider.name}`;
    return {
        member: pulumi.interpolate`principal://iam.googleapis.com/${pool.name}/subject/${subject}`,
        pod: {
            ...NO_ACCESS,
            environment: [
                { name: "GOOGLE_APPLICATION_CREDENTIALS", value: CREDENTIALS_PATH },
                // Federated credentials name no project, and clients that want one fail without it.
                { name: "GOOGLE_CLOUD_PROJECT", value: project },
            ],
            files: [{ path: CREDENTIALS_PATH, content: credentials(audience, account.email) }],
            tokens: [{ path: TOKEN_PATH, audience: pulumi.interpolate`https:${audience}` }],
            dependencies: [provider],
        },
        nodes: { "identity-pool": pool, "identity-provider": provider },
    };
}

/** The credential configuration that Google's client libraries read. It holds no secret. */
function credentials(audience: pulumi.Input<string>, email: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.all([audience, email]).apply(([target, serviceAccount]) =>
        JSON.stringify({
            type: "external_account",
            audience: target,
            subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
            token_url: "https://sts.googleapis.com/v1/token",
            service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${serviceAccount}:generateAccessToken`,
            credential_source: { file: TOKEN_PATH, format: { type: "text" } },
        }),
    );
}
