/**
 * An image from the site's own registry where it has one: the registry host is replaced, the repository and tag
 * stay, as in a pull-through cache or a mirror.
 */
export function imageFrom(registry: string | undefined, image: string): string {
    return registry === undefined
        ? image
        : `${registry.replace(/\/+$/, "")}/${image.slice(image.indexOf("/") + 1)}`;
}
