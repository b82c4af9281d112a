/** A run could not be sent within Max Wait: nothing was sent, and it can be run again. */
export class NotSent extends Error {
	constructor(why: string) {
		super(`Not sent: ${why}`);
	}
}
