import fc from 'fast-check';
import { report } from '../../support/report';
import { fuzz } from '../result/fuzzRuns';
import { decodeProperties } from './decode';
import { fileNameProperties } from './fileName';
import { itemProperties } from './item';
import { linkProperties } from './link';
import { odataProperties } from './odata';
import { outcomeProperties } from './outcome';
import { patternProperties } from './pattern';
import { plainTextProperties } from './plainText';
import { redactProperties } from './redact';
import { retryAfterProperties } from './retryAfter';
import { secretsProperties } from './secrets';
import { transcriptProperties } from './transcript';

const PROPERTIES = [
	...decodeProperties,
	...transcriptProperties,
	...outcomeProperties,
	...linkProperties,
	...odataProperties,
	...fileNameProperties,
	...plainTextProperties,
	...retryAfterProperties,
	...redactProperties,
	...secretsProperties,
	...itemProperties,
	...patternProperties,
];

const rows: Array<Array<string | number>> = [];

afterAll(() => report('fuzz', { columns: ['what', 'property', 'cases', 'failed'], rows }));

it.each(PROPERTIES)('$what: $holds', async ({ what, holds, inputs }) => {
	const details = await fc.check(inputs, fuzz(300));
	rows.push([what, holds, details.numRuns, details.failed ? 1 : 0]);
	if (details.failed) throw new Error(fc.defaultReportMessage(details));
});
