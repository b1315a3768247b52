/// What needs libraries: progress bars, images, arrays in files, JSON.
module dev.merapi.toolkit {
  requires static org.jspecify;
  requires transitive dev.merapi.runtime;
  requires me.tongfei.progressbar;

  exports dev.merapi.toolkit;

  provides dev.merapi.train.TrainingListener with
      dev.merapi.toolkit.FitDisplay;
}
