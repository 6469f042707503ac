type Numbers = Float32Array | Int32Array | Uint16Array | Uint8Array;

/** The numbers in the bytes of a trait; none where there are no bytes yet. */
export function numbers<T extends Numbers>(bytes: DataView | null | undefined, Kind: { new (buffer: ArrayBuffer): T }): T {
  if (!bytes) return new Kind(new ArrayBuffer(0));
  const { buffer, byteOffset, byteLength } = bytes;
  return new Kind(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer); // a message's bytes may begin anywhere
}
