package dev.penstock.node.around;

import java.util.List;

/** All that surrounds the jobs of a node. */
public final class Around {
  /** What it is told. */
  public record Settings(
      List<WatchFolder.Settings> folders,
      Webhooks.Settings webhooks,
      Retention.Settings retention) {
    public static final Settings STANDARD =
        new Settings(List.of(), Webhooks.Settings.STANDARD, Retention.Settings.STANDARD);

    public Settings {
      folders = List.copyOf(folders);
    }
  }

  private Around() {}
}
