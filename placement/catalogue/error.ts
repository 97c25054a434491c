/** A catalogue that can't be used. Its message is for the person who named the file. */
export class CatalogueError extends Error {
    override readonly name = "CatalogueError";
}
