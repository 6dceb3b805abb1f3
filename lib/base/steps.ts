/** Work in steps, after each of which it may be left alone for a while or for good; answers when it is done. */
export type Steps<T> = Generator<undefined, T>;
