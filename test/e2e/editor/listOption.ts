import type { Locator, Page } from 'playwright-core';

/** An entry of the list that is open, by its name; some have a description below it. */
export function listOption(page: Page, name: string): Locator {
	const options = page.getByRole('option');
	const described = options.filter({ has: page.getByText(name, { exact: true }) });
	return page.getByRole('option', { name, exact: true }).or(described).filter({ visible: true });
}
