package dev.penstock.av.testing;

import dev.penstock.av.OpenHandles;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves a native handle open, and shows where each was opened. For tests of one
 * JVM that run one after the other: {@code @ExtendWith(NoLeaks.class)}.
 */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
  @Override
  public void beforeEach(ExtensionContext context) {
    OpenHandles.track();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    List<OpenHandles.Leak> leaks = OpenHandles.untrack();
    if (!leaks.isEmpty()) {
      AssertionError error =
          new AssertionError(
              "still open: "
                  + String.join(", ", leaks.stream().map(OpenHandles.Leak::name).toList()));
      leaks.forEach(leak -> error.addSuppressed(leak.openedAt()));
      throw error;
    }
  }
}
