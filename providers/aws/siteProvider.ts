import type { ProviderResource } from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider";
import type { LandingZone } from "../site";

/**
 * A provider for the account or role of a landing zone; undefined where the default provider serves, which can
 * work in every region because each resource carries its own.
 *
 * Its name holds account and region alone: two accounts in one region are two providers, while a new role or session
 * never looks like another one, which would replace what it manages. `allowedAccountIds` stops an `up` with another account's credentials before it makes anything.
 */
export function siteProvider(region: string, zone: LandingZone): ProviderResource | undefined {
    if (zone.account === undefined && zone.role === undefined) {
        return undefined;
    }
    const name = ["aws", zone.account, region].filter((part) => part !== undefined).join("-");
    return new Provider(name, {
        region,
        ...(zone.account !== undefined ? { allowedAccountIds: [zone.account] } : {}),
        ...(zone.role !== undefined
            ? { assumeRoles: [{ roleArn: zone.role, sessionName: "barycenter" }] }
            : {}),
    });
}
