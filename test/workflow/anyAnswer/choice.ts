/** What varies in a flow beside the answers. */
export interface Choice {
	/** How many items the node gets. */
	items: number;
	/** Scripts end with 0 rather than 3. */
	good: boolean;
	simplify: boolean;
	wait: boolean;
	route: boolean;
	/** One more thing that each operation reads in its own way. */
	variant: number;
}
