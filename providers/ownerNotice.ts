import * as pulumi from "@pulumi/pulumi";

/** Says, in a preview and in a plan, what the owner of an adopted store has to add; nothing where there is nothing. */
export function tellOwner(
    url: string,
    account: string,
    policy: pulumi.Output<string>,
    component: pulumi.Resource,
): void {
    policy.apply((text) => {
        if (text !== "") {
            void pulumi.log.info(`${url} belongs to ${account}. Its owner has to add:\n${text}`, component);
        }
    });
}
