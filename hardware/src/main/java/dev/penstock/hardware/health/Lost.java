package dev.penstock.hardware.health;

/** Which sessions are over. */
public enum Lost {
  NOTHING("nothing"),
  /** Those of the process that is named, or the one that got the error. */
  PROCESS("the sessions of this process"),
  GPU("all sessions on this GPU, until it is reset"),
  GPU_UNTIL_REBOOT("all sessions on this GPU, until the machine is restarted");

  private final String label;

  Lost(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
