import { lastDocument } from '../../../nodes/DefenderLiveResponse/result/lastDocument';

// Trying each line that begins like JSON would take hours.
it.each([
	['lists that are never closed', '[\n'.repeat(1_000_000)],
	['lists that are closed too late', `${'[\n'.repeat(1_000_000)}x${']\n'.repeat(999_999)}`],
	['documents, and then none', `${'{"a":1}\n'.repeat(1_000_000)}{`],
	['quotes that are never closed', `${'{"a\n'.repeat(1_000_000)}}`],
	['ends of documents', '}\n'.repeat(1_000_000)],
	['nothing but line breaks', '\n'.repeat(5_000_000)],
])('reads %s once', (_, text) => {
	expect(lastDocument(text)).toBeUndefined();
});
