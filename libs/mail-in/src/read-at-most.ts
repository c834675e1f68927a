/**
 * The bytes of a stream; null when there are more than `bytesMax`, of which nothing is kept. It is read to its end in either case, for SMTP answers
 * only behind the last byte. Rejects as the stream does.
 */
export async function readAtMost(stream: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer | null> {
  let kept: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > bytesMax) kept = [];
    else kept.push(chunk);
  }
  return bytes > bytesMax ? null : Buffer.concat(kept);
}
