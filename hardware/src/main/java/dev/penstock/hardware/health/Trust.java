package dev.penstock.hardware.health;

/** Which lines are taken for the kernel's. */
public enum Trust {
  /** Records of {@code /dev/kmsg} of facility kern. */
  KMSG,
  /** Entries of the journal that came from the kernel. */
  JOURNAL,
  /** Lines of a syslog file with the kernel's tag. */
  SYSLOG,
  /** All of these, what dmesg prints, and lines without a frame: a person shows them. */
  PASTED,
  /** Records of {@code /dev/kmsg} of every facility, such as a test writes there. */
  INJECTED;

  boolean takes(Origin origin) {
    return switch (this) {
      case KMSG, INJECTED -> origin == Origin.KMSG;
      case JOURNAL -> origin == Origin.JOURNAL;
      case SYSLOG -> origin == Origin.SYSLOG;
      case PASTED -> true;
    };
  }

  boolean takesFacility(int facility) {
    return facility == 0 || this == INJECTED;
  }
}
