package dev.penstock.node.http;

import java.util.Locale;

/** What somebody may do; each may do what those before it may. */
public enum Role {
  VIEWER,
  OPERATOR,
  ADMIN;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean covers(Role needed) {
    return compareTo(needed) >= 0;
  }
}
