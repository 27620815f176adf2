package dev.penstock.node.http;

import java.util.Optional;

/**
 * Who asks.
 *
 * @param name of the token
 * @param tenant whose jobs are seen; empty for all
 * @param hash of the token, as another may come to have the same name; empty where there is none
 */
record Principal(String name, Role role, Optional<String> tenant, String hash) {
  /** Whoever reaches a server without tokens, which is bound to loopback. */
  static final Principal LOCAL = new Principal("local", Role.ADMIN, Optional.empty(), "");

  /** Whoever asks for what is open to all. */
  static final Principal NOBODY = new Principal("nobody", Role.VIEWER, Optional.of(""), "");

  /** For jobs that name no tenant. */
  static final String DEFAULT_TENANT = "default";

  boolean sees(String owner) {
    return tenant.isEmpty() || tenant.get().equals(owner);
  }
}
