package dev.penstock.engine;

import dev.penstock.model.Plan;
import java.io.IOException;
import java.nio.file.Path;

/** Where the outputs of a plan lie until all of them are complete, and how they get their names. */
interface Products extends AutoCloseable {
  /** Fails when something is there already that must not be touched. */
  static void checkFree(Plan plan, boolean overwrite) {
    if (plan.isOneFile()) {
      OutputFile.checkFree(Path.of(plan.target()), overwrite);
    } else {
      OutputFolder.checkFree(Path.of(plan.target()), overwrite);
    }
  }

  /**
   * Puts back what a run that was killed had moved out of the way.
   *
   * @return whether there was something
   */
  static boolean restore(Plan plan, String run) {
    return !plan.isOneFile() && OutputFolder.restore(Path.of(plan.target()), run);
  }

  /** Deletes what a run that was killed after it published left beside its outputs. */
  static void tidy(Plan plan, String run) throws IOException {
    if (plan.isOneFile()) {
      OutputFile.tidy(Path.of(plan.target()), run);
    } else {
      OutputFolder.tidy(Path.of(plan.target()), run);
    }
  }

  /**
   * Reserves their places.
   *
   * @param run tells runs that follow each other from others
   */
  static Products beside(Plan plan, boolean overwrite, String run) {
    Path target = Path.of(plan.target());
    return plan.isOneFile()
        ? new OneFile(OutputFile.beside(target, overwrite, run))
        : OutputFolder.beside(target, overwrite, run);
  }

  /** Where to write what will be found at {@code path}. */
  Path partial(String path);

  /** What gets the name of the target. */
  Path written();

  /** Gives everything its name. */
  void publish();

  /**
   * Gives everything a plain name beside the one it does not get, instead of taking it away.
   *
   * @return that name
   */
  Path keep();

  @Override
  void close();

  /** Of a plan that writes one file. */
  record OneFile(OutputFile file) implements Products {
    @Override
    public Path partial(String path) {
      return file.partial();
    }

    @Override
    public Path written() {
      return file.partial();
    }

    @Override
    public void publish() {
      file.publish();
    }

    @Override
    public Path keep() {
      return file.keep();
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
