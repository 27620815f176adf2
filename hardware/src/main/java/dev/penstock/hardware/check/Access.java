package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Node;
import dev.penstock.hardware.Wanted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the user a machine is judged for can open a device node for reading and writing. */
sealed interface Access {
  /** Whoever read the machine, to tell whether what opening answered holds for the user. */
  Wanted READER = Wanted.text("/proc/self/status");

  Pattern USER = Pattern.compile("(?m)^Uid:\\s+\\d+\\s+(\\d+)");

  /**
   * The user may.
   *
   * @param opened whether it was opened; else its mode says so
   */
  record Granted(boolean opened) implements Access {
    String text(String user) {
      return opened ? "was opened by " + user : "its mode lets " + user + " open it";
    }
  }

  /**
   * The mode, the owner and the groups do not let the user.
   *
   * @param group the group that has access and that the user is not in; -1 when it has none either,
   *     or when it is root's, into which nobody may be taken
   */
  record Denied(int group) implements Access {}

  /** The mode lets the user, and yet opening it was answered EPERM: something else forbids it. */
  record Filtered() implements Access {}

  /**
   * It may be opened, and the driver answered with an error.
   *
   * @param error its name, such as {@code EIO}
   */
  record Broken(String error) implements Access {}

  static Access of(Machine machine, Node.Device device) {
    boolean mayByMode = mayByMode(machine.user(), device.owner());
    if (!isUser(machine)) {
      // Opened by another user: what holds for everybody is an error of the device itself.
      return switch (device.opened()) {
        case "EPERM" -> new Filtered();
        case "EIO", "ENODEV", "ENXIO" -> new Broken(device.opened());
        default -> byMode(mayByMode, device.owner());
      };
    }
    return switch (device.opened()) {
      case "ok" -> new Granted(true);
      case "EACCES" -> new Denied(group(device.owner()));
      case "EPERM" -> new Filtered();
      case "not tried" -> byMode(mayByMode, device.owner());
      default -> new Broken(device.opened());
    };
  }

  private static Access byMode(boolean may, Node.Owner owner) {
    return may ? new Granted(false) : new Denied(group(owner));
  }

  /** Whether it was the user who read the machine. */
  static boolean isUser(Machine machine) {
    Matcher uid = USER.matcher(machine.files().text(READER.pattern()).toOptional().orElse(""));
    return uid.find() && Integer.parseInt(uid.group(1)) == machine.user().id();
  }

  private static boolean mayByMode(Machine.User user, Node.Owner owner) {
    if (user.id() == 0) {
      return true;
    }
    int bits =
        user.id() == owner.user()
            ? owner.mode() >> 6
            : user.groups().contains(owner.group()) ? owner.mode() >> 3 : owner.mode();
    return (bits & 6) == 6;
  }

  private static int group(Node.Owner owner) {
    return ((owner.mode() >> 3) & 6) == 6 && owner.group() != 0 ? owner.group() : -1;
  }
}
