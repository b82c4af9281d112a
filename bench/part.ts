/** A table of docs/benchmarks.md. */
export interface Table {
	caption?: string;
	columns: string[];
	rows: Array<Array<string | number>>;
}

/** What a figure should be. */
export interface Goal {
	/** What is measured, as in "Time of 1,000 results beside the plain nodes". */
	what: string;
	/** Without a unit: a ratio, or a count. */
	figure: number;
	/** Of the pairs. */
	spread?: [number, number];
	atMost?: number;
	atLeast?: number;
}

/** Points of a line, by x. */
export interface Line {
	name: string;
	points: Array<[number, number]>;
}

/** A drawing of how something grows. Both axes are logarithmic, so that what grows in proportion is a straight line, unless it says otherwise. */
export interface Plot {
	/** Of the file in docs/images, without its ending. */
	file: string;
	title: string;
	x: string;
	y: string;
	axes?: 'log' | 'value';
	lines: Line[];
}

/** What a part has measured. */
export interface Figures {
	tables: Table[];
	goals: Goal[];
	plots?: Plot[];
	/** Lines below the tables. */
	remarks?: string[];
}

/** A section of docs/benchmarks.md. */
export interface Part {
	title: string;
	/** What is measured and how. */
	text: string;
	measure(): Promise<Figures>;
}

export function isMet({ figure, atMost = Infinity, atLeast = -Infinity }: Goal): boolean {
	return figure <= atMost && figure >= atLeast;
}
