import { create, toBinary } from "@bufbuild/protobuf";
import { AccountSchema, GetUserResponseSchema, Standing } from "../../servers/grpc/generated/bench_pb.js";
import { sampleUsers, type User } from "../../servers/parts/users.ts";

/** What is encoded and decoded: bytes in Buffers, as servers have them, which each library decodes into values of its own kind before anything is measured. */
export interface Samples {
  readonly user: readonly Uint8Array[];
  readonly account: readonly Uint8Array[];
}

const count = 16;

export const samples: Samples = {
  user: sampleUsers
    .slice(0, count)
    .map((user) => Buffer.from(toBinary(GetUserResponseSchema, create(GetUserResponseSchema, user)))),
  account: sampleUsers.slice(0, count).map(toAccount),
};

/** Twenty fields, of all kinds. */
function toAccount({ id, name }: User, index: number): Uint8Array {
  const account = create(AccountSchema, {
    id,
    name,
    balance: 1234.56 + index,
    score: 0.5 + index,
    age: 36 + index,
    sequence: 1_700_000_000_000n + BigInt(index),
    visits: 12_345 + index,
    bytesStored: 9_876_543_210n + BigInt(index),
    delta: -17 - index,
    drift: -1_000_000_007n,
    color: 0xff_88_00,
    checksum: 0x0123_4567_89ab_cdefn,
    latitude: 52_520_008,
    longitude: -13_404_954n,
    isActive: true,
    token: new Uint8Array(16).fill(index + 1),
    standing: Standing.GOOD,
    address: { street: "12 St James's Square", city: "London", country: "United Kingdom" },
    ratings: [5, 4, 300, 2, 1],
    labels: { plan: "team", region: "eu-west-1" },
  });
  return Buffer.from(toBinary(AccountSchema, account));
}
