package dev.penstock.node.http;

import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;

/**
 * One line of the table.
 *
 * @param path as Javalin has it, {@code <name>} for a parameter with slashes
 * @param operation its id in the contract
 * @param needs the least role; empty for everybody
 * @param produces media types to choose from; empty for any
 */
record Route(
    String method,
    String path,
    String operation,
    Optional<Role> needs,
    List<String> produces,
    Call call) {
  static final String JSON = "application/json";
  static final String SSE = "text/event-stream";

  @FunctionalInterface
  interface Call {
    void answer(Context context, Principal who) throws Exception;
  }

  static Route get(String path, String operation, Role needs, Call call) {
    return new Route("GET", path, operation, Optional.of(needs), List.of(JSON), call);
  }

  static Route post(String path, String operation, Role needs, Call call) {
    return new Route("POST", path, operation, Optional.of(needs), List.of(JSON), call);
  }

  static Route delete(String path, String operation, Role needs, Call call) {
    return new Route("DELETE", path, operation, Optional.of(needs), List.of(), call);
  }

  static Route open(String path, String operation, Call call) {
    return new Route("GET", path, operation, Optional.empty(), List.of(), call);
  }

  Route producing(String... types) {
    return new Route(method, path, operation, needs, List.of(types), call);
  }

  Route forAll(String other) {
    return new Route(other, path, operation, Optional.empty(), produces, call);
  }

  boolean isMutation() {
    return !method.equals("GET");
  }

  /** As in the contract. */
  String template() {
    return path.replace('<', '{').replace('>', '}');
  }
}
