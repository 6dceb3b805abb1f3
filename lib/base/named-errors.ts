/** A class of errors that names itself, also where a bundler has renamed the class. */
export interface NamedErrorClass<E extends Error> {
  // biome-ignore lint/suspicious/noExplicitAny: any parameters, the class is only named here
  new (...parameters: any[]): E;
  readonly className: string;
}

/**
 * Whether `error` is one of this class, told by name: the app is several bundles, each with a copy of the class of its
 * own, and `instanceof` does not know an error that another bundle threw.
 */
export function isNamed<E extends Error>(error: unknown, { className }: NamedErrorClass<E>): error is E {
  return error instanceof Error && error.name === className;
}
