// Preloaded into the web process: notes each request's socket address under a header name made up at this start. The
// framework shows handlers no socket, and every name a client could know a client could send.
import { randomBytes } from "node:crypto";
import { Server } from "node:http";

const name = `x-peer-${randomBytes(12).toString("hex")}`;
process.env.PEER_HEADER = name;

const { emit } = Server.prototype;
Server.prototype.emit = function (event, ...args) {
  if (event === "request") args[0].headers[name] = args[0].socket.remoteAddress ?? "";
  return Reflect.apply(emit, this, [event, ...args]);
};
