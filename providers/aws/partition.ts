/** Partitions by the start of a region's name, longest first. Source: aws/aws-sdk-go-v2 internal/endpoints/v2/partitions.json. */
const PARTITIONS = [
    { prefix: "us-gov-", partition: "aws-us-gov", suffix: "amazonaws.com" },
    { prefix: "us-isob-", partition: "aws-iso-b", suffix: "sc2s.sgov.gov" },
    { prefix: "us-isof-", partition: "aws-iso-f", suffix: "csp.hci.ic.gov" },
    { prefix: "eu-isoe-", partition: "aws-iso-e", suffix: "cloud.adc-e.uk" },
    { prefix: "us-iso-", partition: "aws-iso", suffix: "c2s.ic.gov" },
    { prefix: "eusc-", partition: "aws-eusc", suffix: "amazonaws.eu" },
    { prefix: "cn-", partition: "aws-cn", suffix: "amazonaws.com.cn" },
    { prefix: "", partition: "aws", suffix: "amazonaws.com" },
] as const;

const find = (region: string) => PARTITIONS.find(({ prefix }) => region.startsWith(prefix))!;

/** Partition of a region, as ARNs name it: `aws`, `aws-cn`, `aws-us-gov`. */
export function partition(region: string): string {
    return find(region).partition;
}

/** Domain of the services in a region's partition: `amazonaws.com`, `amazonaws.com.cn`. */
export function dnsSuffix(region: string): string {
    return find(region).suffix;
}

/** ARN of a policy that AWS manages. */
export function managedPolicy(region: string, name: string): string {
    return `arn:${partition(region)}:iam::aws:policy/${name}`;
}

/**
 * Account that an ARN names; empty where there is no ARN, as under the mocks of a user's own tests, which know nothing
 * that AWS computes.
 */
export function arnAccount(arn: string | undefined): string {
    return arn?.split(":")[4] ?? "";
}
