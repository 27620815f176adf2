package dev.penstock.engine;

/** Closing of things whose close cannot fail in a way that matters. */
final class Closing {
  private Closing() {}

  /** Handles and messages do not throw from close; one that does is a bug and is said so. */
  static void quietly(AutoCloseable item) {
    try {
      item.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("close failed: " + item, e);
    }
  }
}
