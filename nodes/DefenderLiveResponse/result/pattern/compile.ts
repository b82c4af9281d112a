/** A step of a pattern's program; `to` and `or` are places in it. */
export type Step =
	/** One UTF-16 code unit. */
	| { do: 'read'; matches(code: number): boolean }
	/** A place in the text: line's start or end, word's edge. */
	| { do: 'check'; holds(text: string, at: number): boolean }
	/** First one way; if that leads nowhere, the other. */
	| { do: 'try'; to: number; or: number }
	| { do: 'go'; to: number }
	/** The first group begins or ends, or is undone by another round of the group around it. */
	| { do: 'open' | 'close' | 'forget' }
	| { do: 'match' };

/** A compiled pattern; its length and the text's bound the time of a search. */
export type Program = Step[];

/** In steps, where quantifiers such as `{1000}` are written out, and in characters. */
const MAX_PROGRAM = 2_000;

/** Tokens of a pattern that JavaScript takes: groups, classes, escapes and quantifiers whole, then any character alone. */
const TOKEN =
	/\((?:\?:|\?<(?![=!])[^>]*>|\?)|\[(?:\\[^]|[^\]\\])*\]|\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[a-zA-Z]|(?=c)|0[0-7]{0,2}|[^])|[*+?]\?|\{\d+(?:,\d*)?\}\??|[^]/gy;

const QUANTIFIER = /^(?:[*+?]|\{\d)/;

const isWord = (text: string, at: number) => /\w/.test(text.charAt(at));
const isLineEnd = (text: string, at: number) => /[\n\r\u2028\u2029]/.test(text.charAt(at));
const isAtEdge = (text: string, at: number) => isWord(text, at - 1) !== isWord(text, at);

const PLACES: Record<string, (text: string, at: number) => boolean> = {
	'^': (text, at) => at === 0 || isLineEnd(text, at - 1),
	$: (text, at) => at === text.length || isLineEnd(text, at),
	'\\b': isAtEdge,
	'\\B': (text, at) => !isAtEdge(text, at),
};

/** What a token for one character matches; the common ones are looked up. */
function reader(token: string): Step {
	// A literal bracket, brace or backslash would not be literal on its own.
	const one = new RegExp(`^${/^[\]{}\\]$/.test(token) ? `\\${token}` : token}$`);
	const common = Uint8Array.from({ length: 256 }, (_, code) => Number(one.test(String.fromCharCode(code))));
	return { do: 'read', matches: (code) => (code < 256 ? common[code] === 1 : one.test(String.fromCharCode(code))) };
}

class Compiler {
	/** What the pattern has that cannot be searched in a time that grows with the text alone. */
	refused?: string;

	private readonly tokens: string[];

	private at = 0;

	private groups = 0;

	constructor(pattern: string) {
		this.tokens = pattern.match(TOKEN) ?? [];
	}

	program(): Program {
		return [...this.alternatives(), { do: 'match' }];
	}

	/** Places in what is returned count from its own start. */
	private alternatives(): Program {
		const first = this.sequence();
		if (this.tokens[this.at] !== '|') return first;
		this.at++;
		const others = this.alternatives();
		return [
			{ do: 'try', to: 1, or: first.length + 2 },
			...moved(first, 1),
			{ do: 'go', to: first.length + 2 + others.length },
			...moved(others, first.length + 2),
		];
	}

	private sequence(): Program {
		const program: Program = [];
		while (this.at < this.tokens.length && !/^[|)]/.test(this.tokens[this.at])) {
			const piece = this.repeated(this.atom());
			program.push(...(program.length + piece.length > MAX_PROGRAM ? this.refuse('is too long') : moved(piece, program.length)));
		}
		return program;
	}

	private atom(): Program {
		const token = this.tokens[this.at++];
		if (token === '(?' || /^\\[1-9k]/.test(token)) return this.refuse('looks ahead or behind, or refers back to a group');
		if (token.startsWith('(')) {
			const isFirst = token !== '(?:' && ++this.groups === 1;
			const body = this.alternatives();
			this.at++;
			return isFirst ? [{ do: 'open' }, ...moved(body, 1), { do: 'close' }] : body;
		}
		if (Object.hasOwn(PLACES, token)) return [{ do: 'check', holds: PLACES[token] }];
		return [reader(token)];
	}

	private repeated(body: Program): Program {
		const token = this.tokens[this.at] ?? '';
		if (!QUANTIFIER.test(token)) return body;
		this.at++;
		const [min, max = min] = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] }[token[0]] ?? bounds(token);
		// Each round begins without what the round before put into the group.
		const round: Program = body.some((step) => step.do === 'open') ? [{ do: 'forget' }, ...moved(body, 1)] : body;
		// JavaScript skips an empty round if it can, so the start of a round matters.
		if (max > min && mayBeEmpty(body)) return this.refuse('repeats what may be empty');
		if (min * round.length > MAX_PROGRAM) return this.refuse('is too long');
		const program: Program = [];
		const add = (steps: Program) => program.push(...moved(steps, program.length));
		for (let count = 0; count < min; count++) add(round);
		if (max === Infinity) {
			add(choice(round.length + 2, token, [...moved(round, 1), { do: 'go', to: 0 }]));
			return program;
		}
		if ((max - min) * (round.length + 1) > MAX_PROGRAM) return this.refuse('is too long');
		// Each optional round holds those that come after it.
		let optional: Program = [];
		for (let count = min; count < max; count++) {
			optional = choice(round.length + optional.length + 1, token, moved([...round, ...moved(optional, round.length)], 1));
		}
		add(optional);
		return program;
	}

	private refuse(reason: string): Program {
		this.refused ??= reason;
		return [];
	}
}

/** Whether there is a way through that reads nothing. */
function mayBeEmpty(program: Program, at = 0, seen = new Set<number>()): boolean {
	if (at === program.length) return true;
	const step = program[at];
	if (seen.has(at) || step.do === 'read') return false;
	seen.add(at);
	if (step.do === 'go') return mayBeEmpty(program, step.to, seen);
	if (step.do !== 'try') return mayBeEmpty(program, at + 1, seen);
	return mayBeEmpty(program, step.to, seen) || mayBeEmpty(program, step.or, seen);
}

/** Into the body, or past it; a lazy quantifier asks the other way round. */
function choice(past: number, token: string, body: Program): Program {
	const isLazy = token.length > 1 && token.endsWith('?');
	return [isLazy ? { do: 'try', to: past, or: 1 } : { do: 'try', to: 1, or: past }, ...body];
}

function bounds(token: string): number[] {
	const [min, max] = token.replace(/[{}?]/g, '').split(',');
	return max === undefined ? [Number(min)] : [Number(min), max === '' ? Infinity : Number(max)];
}

function moved(program: Program, by: number): Program {
	return program.map((step) => {
		if (step.do === 'go') return { ...step, to: step.to + by };
		return step.do === 'try' ? { ...step, to: step.to + by, or: step.or + by } : step;
	});
}

/**
 * Compiles a pattern so that its search takes a time that grows with the text, whatever both are: JavaScript's own
 * search can run without end on a crafted text, and nothing can stop it.
 *
 * @param pattern that `new RegExp` takes, without flags
 * @returns what it means with the flag `m`; or why it cannot be searched so
 */
export function compile(pattern: string): Program | { refused: string } {
	if (pattern.length > MAX_PROGRAM) return { refused: 'is too long' };
	const compiler = new Compiler(pattern);
	const program = compiler.program();
	return compiler.refused === undefined ? program : { refused: compiler.refused };
}
