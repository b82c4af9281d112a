/** Why something could not be asked. The reason is in the report: it contains fixed words and numbers only. */
export class NotAsked extends Error {
	/** @param noAnswer the code of the network failure, where that is the reason */
	constructor(
		readonly why: string,
		readonly noAnswer?: string,
	) {
		super(why);
	}
}

/** Why nothing at all can be asked, and what to do about it. */
export class CouldNotRun extends Error {
	constructor(
		message: string,
		readonly todo: string,
	) {
		super(message);
	}
}

/** The user pressed Ctrl-C. */
export class Stopped extends Error {
	constructor() {
		super('Stopped');
	}
}
