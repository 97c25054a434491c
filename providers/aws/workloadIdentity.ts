import * as pulumi from "@pulumi/pulumi";
import * as eks from "@pulumi/aws/eks";
import * as iam from "@pulumi/aws/iam";
import { NO_ACCESS, type ServiceAccountSpec, type WorkloadIdentity } from "../cloud";
import type { Scope } from "../scope";
import { Children } from "./children";
import { NAMES } from "./names";
import { podTrust } from "./podTrust";
import { policyDocument, type Statement } from "./policies";
import { trustedIssuer } from "./trustedIssuer";

/** Where pods of another cloud's cluster find the token that they show to AWS. */
const TOKEN_PATH = "/var/run/secrets/barycenter/aws/token";
const TOKEN_AUDIENCE = "sts.amazonaws.com";

/**
 * A role for a Kubernetes service account: through EKS Pod Identity on EKS, through the token issuer of any other
 * cluster.
 *
 * @throws RunError when another cloud's cluster does not say who issues its tokens
 */
export function workloadIdentity(spec: ServiceAccountSpec, scope: Scope): WorkloadIdentity {
    return spec.cluster.cloud === "aws" ? podIdentity(spec, scope) : federated(spec, scope);
}

function podIdentity(
    { cluster, namespace, serviceAccount }: ServiceAccountSpec,
    scope: Scope,
): WorkloadIdentity {
    const children = new Children(scope);
    const role = makeRole(
        children,
        podTrust({
            clusterName: cluster.clusterName,
            account: cluster.reference.apply(({ account }) => account),
            namespace,
            serviceAccount,
        }),
    );
    const association = children.make("association", eks.PodIdentityAssociation, {
        clusterName: cluster.clusterName,
        // The cluster's region: the scope's is the store's.
        region: cluster.region,
        namespace,
        serviceAccount,
        roleArn: role.arn,
        tags: scope.tags(),
    });
    return {
        cloud: "aws",
        id: role.arn,
        roleName: role.name,
        // The association alone gives pods credentials and a region: EKS injects both when they start.
        pod: { ...NO_ACCESS, dependencies: [role, association] },
        nodes: children.nodes,
    };
}

function federated(
    { cluster, namespace, serviceAccount }: ServiceAccountSpec,
    scope: Scope,
): WorkloadIdentity {
    if (cluster.issuer === undefined) {
        throw new pulumi.RunError(
            "AWS can't trust a cluster whose token issuer is not known: give the cluster's `issuer`, an https URL " +
                "that AWS can reach",
        );
    }
    const children = new Children(scope);
    const trusted = trustedIssuer(cluster, cluster.issuer, TOKEN_AUDIENCE, scope);
    const trust = pulumi.all([trusted.arn, trusted.url]).apply(([arn, url]): Statement => {
        const issuer = url.replace(/^https:\/\//, "");
        return {
            Sid: "ServiceAccountToken",
            Effect: "Allow",
            Principal: { Federated: arn },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
                StringEquals: {
                    [`${issuer}:aud`]: TOKEN_AUDIENCE,
                    [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
                },
            },
        };
    });
    const role = makeRole(children, policyDocument(trust));
    const { region } = scope.site;
    return {
        cloud: "aws",
        id: role.arn,
        roleName: role.name,
        pod: {
            ...NO_ACCESS,
            environment: [
                { name: "AWS_ROLE_ARN", value: role.arn },
                { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: TOKEN_PATH },
                { name: "AWS_REGION", value: region },
                { name: "AWS_DEFAULT_REGION", value: region },
            ],
            tokens: [{ path: TOKEN_PATH, audience: TOKEN_AUDIENCE, expirationSeconds: 3600 }],
            dependencies: [role],
        },
        nodes: children.nodes,
    };
}

function makeRole(children: Children, trust: pulumi.Output<string>): iam.Role {
    const { scope } = children;
    return children.make("role", iam.Role, {
        name: scope.physicalName(NAMES.role),
        description: `Pods of ${scope.name}`,
        assumeRolePolicy: trust,
        tags: scope.tags(),
    });
}
