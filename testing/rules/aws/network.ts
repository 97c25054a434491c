import { blockContains, blocksOverlap, parseBlock } from "../cidr";
import type { Failure } from "../../check";
import { stringAt, valueAt, valuesAt, type Values } from "../../values";
import type { Context, Rule, Rules } from "../types";
import { arn, dependency, ec2Id } from "./shared";

/** An EC2 thing with an id `prefix-…` and an ARN `…:kind/prefix-…`. */
function ec2(prefix: string, kind: string, rule: Rule): Rule {
    const { outputs, ...rest } = rule;
    return {
        id: ec2Id(prefix),
        outputs: (context) => ({
            arn: arn(context, "ec2", `${kind}/${context.id}`),
            ownerId: context.config.account,
            ...outputs?.(context),
        }),
        ...rest,
    };
}

function subnetConflict(context: Context): string | undefined {
    const given = stringAt(context.inputs, "cidrBlock");
    const block = given === undefined ? undefined : parseBlock(given);
    const vpcId = stringAt(context.inputs, "vpcId");
    if (!block || !vpcId) {
        return undefined;
    }
    const vpc = context.existing("aws:ec2/vpc:Vpc").find((each) => each.id === vpcId);
    const whole = parseBlock(stringAt(vpc?.inputs, "cidrBlock") ?? "");
    const secondary = context
        .existing("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
        .filter((each) => stringAt(each.inputs, "vpcId") === vpcId)
        .map((each) => parseBlock(stringAt(each.inputs, "cidrBlock") ?? ""));
    if (whole && ![whole, ...secondary].some((each) => each && blockContains(each, block))) {
        return `InvalidSubnet.Range: The CIDR '${given}' is invalid.`;
    }
    const overlaps = context
        .existing("aws:ec2/subnet:Subnet")
        .filter((each) => each.id !== context.id && stringAt(each.inputs, "vpcId") === vpcId)
        .map((each) => parseBlock(stringAt(each.inputs, "cidrBlock") ?? ""))
        .some((each) => each && blocksOverlap(each, block));
    return overlaps ? `InvalidSubnet.Conflict: The CIDR '${given}' conflicts with another subnet` : undefined;
}

/** EC2 refuses it only when an instance starts; it is caught where it is caused (aws/karpenter-provider-aws#5666). */
function publicAddresses(inputs: Values): Failure[] {
    const interfaces = valuesAt(inputs, "networkInterfaces[*]");
    const said = interfaces.some((each) => valueAt(each, "associatePublicIpAddress") !== undefined);
    return interfaces.length > 1 && said
        ? [
              {
                  property: "networkInterfaces",
                  reason: "InvalidParameterCombination: The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces.",
              },
          ]
        : [];
}

const securityGroupRule: Rule = {
    source: "EC2 API IpPermission; hashicorp/aws schema",
    id: (context) => `sgr-${context.hex("id", 17)}`,
    outputs: (context) => ({
        arn: arn(context, "ec2", `security-group-rule/${context.id}`),
        securityGroupRuleId: context.id,
    }),
    replaces: ["securityGroupId", "region"],
    range: { fromPort: [-1, 65535], toPort: [-1, 65535] },
};

export const network: Rules = {
    "aws:ec2/vpc:Vpc": ec2("vpc", "vpc", {
        source: "EC2 API CreateVpc (a /16 to /28 block); hashicorp/aws schema",
        replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength", "region"],
        allowed: { instanceTenancy: ["default", "dedicated"] },
        verify: (inputs) => {
            const given = stringAt(inputs, "cidrBlock");
            const block = given === undefined ? undefined : parseBlock(given);
            return given !== undefined && (!block || block.bits < 16 || block.bits > 28)
                ? [{ property: "cidrBlock", reason: `"${given}" is no IPv4 block of /16 to /28` }]
                : [];
        },
        outputs: (context) => ({
            defaultNetworkAclId: `acl-${context.hex("acl", 17)}`,
            defaultRouteTableId: `rtb-${context.hex("rtb", 17)}`,
            defaultSecurityGroupId: `sg-${context.hex("sg", 17)}`,
            dhcpOptionsId: `dopt-${context.hex("dopt", 17)}`,
            mainRouteTableId: `rtb-${context.hex("rtb", 17)}`,
            enableDnsSupport: true,
            enableDnsHostnames: false,
            instanceTenancy: "default",
        }),
        heldBy: [
            dependency("vpc", "aws:ec2/subnet:Subnet", "vpcId"),
            dependency("vpc", "aws:ec2/securityGroup:SecurityGroup", "vpcId"),
            dependency("vpc", "aws:ec2/internetGateway:InternetGateway", "vpcId"),
            dependency("vpc", "aws:ec2/vpcEndpoint:VpcEndpoint", "vpcId"),
            dependency("vpc", "aws:ec2/routeTable:RouteTable", "vpcId"),
        ],
    }),
    "aws:ec2/subnet:Subnet": ec2("subnet", "subnet", {
        source: "EC2 API CreateSubnet, InvalidSubnet.Conflict and .Range; hashicorp/aws schema",
        replaces: [
            "vpcId",
            "cidrBlock",
            "availabilityZone",
            "availabilityZoneId",
            "ipv6Native",
            "outpostArn",
            "region",
        ],
        outputs: (context) => ({
            availabilityZone: `${context.region}a`,
            availabilityZoneId: "use1-az1",
            mapPublicIpOnLaunch: false,
            privateDnsHostnameTypeOnLaunch: "ip-name",
        }),
        refuse: subnetConflict,
        heldBy: [
            dependency("subnet", "aws:ec2/natGateway:NatGateway", "subnetId"),
            dependency("subnet", "aws:ec2/vpcEndpoint:VpcEndpoint", "subnetIds[*]"),
            dependency("subnet", "aws:eks/nodeGroup:NodeGroup", "subnetIds[*]"),
            dependency("subnet", "aws:eks/cluster:Cluster", "vpcConfig.subnetIds[*]"),
            dependency("subnet", "aws:ec2/instance:Instance", "subnetId"),
        ],
    }),
    "aws:ec2/internetGateway:InternetGateway": ec2("igw", "internet-gateway", {
        source: "hashicorp/aws schema: vpcId changes in place",
    }),
    "aws:ec2/eip:Eip": ec2("eipalloc", "elastic-ip", {
        source: "EC2 API AllocateAddress; hashicorp/aws schema",
        replaces: ["domain", "address", "networkBorderGroup", "region"],
        allowed: { domain: ["vpc", "standard"] },
        outputs: (context) => ({
            allocationId: context.id,
            publicIp: `203.0.113.${parseInt(context.hex("ip", 2), 16)}`,
            domain: "vpc",
        }),
        heldBy: [
            {
                type: "aws:ec2/natGateway:NatGateway",
                through: "allocationId",
                say: (held) =>
                    `AuthFailure: You do not have permission to access the specified resource (${held.id} is in use).`,
            },
        ],
    }),
    "aws:ec2/natGateway:NatGateway": ec2("nat", "natgateway", {
        source: "EC2 API CreateNatGateway; hashicorp/aws schema",
        replaces: ["subnetId", "connectivityType", "allocationId", "privateIp", "region"],
        allowed: { connectivityType: ["public", "private"] },
        outputs: (context) => ({
            connectivityType: "public",
            networkInterfaceId: `eni-${context.hex("eni", 17)}`,
            publicIp: `203.0.113.${parseInt(context.hex("ip", 2), 16)}`,
            privateIp: `10.0.0.${parseInt(context.hex("private", 2), 16)}`,
        }),
    }),
    "aws:ec2/routeTable:RouteTable": ec2("rtb", "route-table", {
        source: "hashicorp/aws schema: vpcId forces a new one",
        replaces: ["vpcId", "region"],
        heldBy: [
            dependency("routeTable", "aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId"),
        ],
    }),
    "aws:ec2/route:Route": {
        source: "hashicorp/aws schema; EC2 API CreateRoute (RouteAlreadyExists)",
        replaces: [
            "routeTableId",
            "destinationCidrBlock",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
            "region",
        ],
        id: (context) => {
            const { routeTableId, destinationCidrBlock, destinationIpv6CidrBlock } = context.inputs;
            return `r-${String(routeTableId)}${String(destinationCidrBlock ?? destinationIpv6CidrBlock ?? "")}`;
        },
        outputs: () => ({ origin: "CreateRoute", state: "active" }),
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        source: "hashicorp/aws schema: subnetId and gatewayId force a new one",
        replaces: ["subnetId", "gatewayId", "region"],
        id: ec2Id("rtbassoc"),
        refuse: (context) => {
            const subnet = stringAt(context.inputs, "subnetId");
            const taken = context
                .existing(context.type)
                .find((each) => each.id !== context.id && stringAt(each.inputs, "subnetId") === subnet);
            return subnet !== undefined && taken
                ? `Resource.AlreadyAssociated: the specified association for route table ${String(taken.inputs.routeTableId)} conflicts with an existing association`
                : undefined;
        },
    },
    "aws:ec2/securityGroup:SecurityGroup": ec2("sg", "security-group", {
        source: "EC2 API CreateSecurityGroup (names and descriptions up to 255); hashicorp/aws schema",
        name: {
            property: "name",
            max: 255,
            pattern: /^(?!sg-)/,
            say: "anything that does not begin with sg-",
        },
        length: { description: [0, 255] },
        replaces: ["name", "namePrefix", "description", "vpcId", "region"],
        refuse: (context) => {
            const vpc = stringAt(context.inputs, "vpcId");
            const taken = context
                .existing(context.type)
                .some(
                    (each) =>
                        each.id !== context.id &&
                        stringAt(each.inputs, "vpcId") === vpc &&
                        stringAt(each.outputs, "name") === context.physical,
                );
            return taken
                ? `InvalidGroup.Duplicate: The security group '${context.physical}' already exists for VPC '${vpc}'`
                : undefined;
        },
        outputs: () => ({ description: "Managed by Pulumi" }),
        heldBy: [
            "aws:eks/cluster:Cluster#vpcConfig.securityGroupIds[*]",
            "aws:ec2/launchTemplate:LaunchTemplate#networkInterfaces[*].securityGroups[*]",
            "aws:ec2/vpcEndpoint:VpcEndpoint#securityGroupIds[*]",
            "aws:sagemaker/model:Model#vpcConfig.securityGroupIds[*]",
            "aws:ec2/instance:Instance#vpcSecurityGroupIds[*]",
        ].map((each) => {
            const [type, through] = each.split("#");
            return {
                type,
                through,
                say: (held) => `DependencyViolation: resource ${held.id} has a dependent object`,
            };
        }),
    }),
    "aws:ec2/securityGroupRule:SecurityGroupRule": {
        ...securityGroupRule,
        id: (context) => `sgrule-${context.digits("id", 10)}`,
        allowed: { type: ["ingress", "egress"] },
        replaces: ["*"],
        updatable: ["description"],
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule,
    "aws:ec2/vpcEndpoint:VpcEndpoint": ec2("vpce", "vpc-endpoint", {
        source: "EC2 API CreateVpcEndpoint; hashicorp/aws schema",
        replaces: ["vpcId", "serviceName", "vpcEndpointType", "serviceRegion", "region"],
        allowed: {
            vpcEndpointType: ["Gateway", "Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"],
        },
        verify: (inputs) =>
            (inputs.vpcEndpointType ?? "Gateway") === "Gateway" && valuesAt(inputs, "subnetIds[*]").length > 0
                ? [{ property: "subnetIds", reason: "a Gateway endpoint takes routeTableIds, not subnets" }]
                : [],
        outputs: (context) => ({
            vpcEndpointType: "Gateway",
            state: "available",
            prefixListId: `pl-${context.hex("pl", 8)}`,
            policy: JSON.stringify({
                Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
            }),
        }),
    }),
    "aws:ec2/launchTemplate:LaunchTemplate": ec2("lt", "launch-template", {
        source: "EC2 API CreateLaunchTemplate (names of 3 to 128); hashicorp/aws schema",
        name: {
            property: "name",
            min: 3,
            max: 128,
            pattern: /^[\w().\-/]+$/,
            say: "letters, digits and ().-/_",
            taken: (name) =>
                `InvalidLaunchTemplateName.AlreadyExistsException: Launch template name already in use (${name}).`,
        },
        replaces: ["name", "namePrefix", "region"],
        verify: publicAddresses,
        outputs: ({ previous }) => ({
            latestVersion: typeof previous?.latestVersion === "number" ? previous.latestVersion + 1 : 1,
            defaultVersion: 1,
        }),
        recomputed: ["latestVersion"],
    }),
    "aws:ec2/placementGroup:PlacementGroup": {
        source: "EC2 API CreatePlacementGroup; hashicorp/aws schema",
        name: {
            property: "name",
            max: 255,
            taken: (name) => `InvalidPlacementGroup.Duplicate: The placement group '${name}' already exists.`,
        },
        replaces: ["*"],
        allowed: { strategy: ["cluster", "partition", "spread"], spreadLevel: ["host", "rack"] },
        id: (context) => context.physical,
        outputs: (context) => ({
            arn: arn(context, "ec2", `placement-group/${context.physical}`),
            placementGroupId: `pg-${context.hex("id", 17)}`,
            partitionCount: 0,
        }),
    },
    "aws:ec2/flowLog:FlowLog": ec2("fl", "vpc-flow-log", {
        source: "hashicorp/aws schema: everything but tags forces a new one",
        replaces: ["*"],
        allowed: { trafficType: ["ACCEPT", "REJECT", "ALL"] },
    }),
};
