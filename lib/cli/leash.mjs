// Preloaded into every child of `npm start`: when the supervisor is gone, even by kill -9, the child ends as if told to.
process.channel?.unref();
process.once("disconnect", () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.exit(1), 5000).unref();
});
