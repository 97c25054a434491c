import { stringAt, valueAt, isObject, type Values } from "../../testing/values";
import type { CloudConfig } from "../../testing/rules/types";
import type { StateResource } from "./checkpoint";
import { quoted } from "./shell";

/** Types as the AWS tagging API calls them. */
const TAGGED: Readonly<Record<string, string>> = {
    "aws:ec2/eip:Eip": "ec2:elastic-ip",
    "aws:ec2/internetGateway:InternetGateway": "ec2:internet-gateway",
    "aws:ec2/launchTemplate:LaunchTemplate": "ec2:launch-template",
    "aws:ec2/natGateway:NatGateway": "ec2:natgateway",
    "aws:ec2/routeTable:RouteTable": "ec2:route-table",
    "aws:ec2/securityGroup:SecurityGroup": "ec2:security-group",
    "aws:ec2/subnet:Subnet": "ec2:subnet",
    "aws:ec2/vpc:Vpc": "ec2:vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint": "ec2:vpc-endpoint",
    "aws:kms/key:Key": "kms:key",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "ec2:security-group-rule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "ec2:security-group-rule",
};

/** Commands that list what may be the resource whose id its service chose. */
export function findCommands(resource: StateResource, config: CloudConfig): readonly string[] {
    const inputs = (resource.inputs ?? {}) as Values;
    const region = stringAt(inputs, "region") ?? config.region;
    if (resource.type === "aws:eks/podIdentityAssociation:PodIdentityAssociation") {
        const { clusterName, namespace, serviceAccount } = inputs;
        return [
            `aws eks list-pod-identity-associations --region ${quoted(region)} --cluster-name ${quoted(clusterName)} ` +
                `--namespace ${quoted(namespace)} --service-account ${quoted(serviceAccount)}`,
        ];
    }
    if (resource.type === "aws:eks/nodeGroup:NodeGroup") {
        return [
            `aws eks list-nodegroups --region ${quoted(region)} --cluster-name ${quoted(inputs.clusterName)}`,
        ];
    }
    const kind = TAGGED[resource.type];
    const tags = Object.entries(isObject(valueAt(inputs, "tags")) ? (inputs.tags as Values) : {});
    if (kind === undefined || tags.length === 0) {
        return [];
    }
    const filters = tags.map(([key, value]) => quoted(`Key=${key},Values=${String(value)}`)).join(" ");
    return [
        `aws resourcegroupstaggingapi get-resources --region ${quoted(region)} --resource-type-filters ${kind} ` +
            `--tag-filters ${filters}`,
    ];
}
