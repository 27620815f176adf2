package dev.penstock.hardware.health;

/** How a line reached us, which says who can have written it. */
public enum Origin {
  /** A record of {@code /dev/kmsg} of facility kern: the kernel gives others another facility. */
  KMSG,
  /** An entry of the journal with transport and facility of the kernel. */
  JOURNAL,
  /** A line with the kernel's own time in brackets, as dmesg prints it. */
  DMESG,
  /** A line of a syslog file with the tag kernel: whoever may log can choose that tag. */
  SYSLOG,
  /** A line without a frame, as people paste it. */
  BARE
}
