import type * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "./policies";

/** A service account of an EKS cluster. */
export interface PodAccount {
    readonly clusterName: pulumi.Input<string>;
    readonly account: pulumi.Input<string>;
    readonly namespace: string;
    readonly serviceAccount: string;
}

/**
 * Trust in the pods of one service account, through EKS Pod Identity. EKS sets the tags of the request itself, so no
 * other association, nor another cluster's, can take the role.
 */
export function podTrust(pods: PodAccount): pulumi.Output<string> {
    return serviceTrust(
        "pods.eks.amazonaws.com",
        {
            StringEquals: {
                "aws:SourceAccount": pods.account,
                "aws:RequestTag/eks-cluster-name": pods.clusterName,
                "aws:RequestTag/kubernetes-namespace": pods.namespace,
                "aws:RequestTag/kubernetes-service-account": pods.serviceAccount,
            },
        },
        ["sts:AssumeRole", "sts:TagSession"],
    );
}
