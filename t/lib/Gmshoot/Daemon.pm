# An nginx as it is installed: a daemon, started by its full path, so that its
# program can be replaced while it runs (USR2).
package Gmshoot::Daemon;

use strict;
use warnings;

use parent -norequire, 'Gmshoot';

use Test::More;

use Gmshoot;
use Gmshoot::Trouble qw(alive);

sub new {
    my ($class, %arg) = @_;

    my ($nginx) = grep { -x } $ENV{GMS_NGINX} || map { "$_/nginx" }
        split(/:/, $ENV{PATH}), '/usr/sbin';
    return Gmshoot::new($class, nginx => $nginx, edit => sub {
        s/^daemon off;/daemon on;/m;
        # the new program is not given more than this
        $_ = join('', map { "env ${_}SAN_OPTIONS;\n" } qw(A L UB)) . $_;
    }, %arg);
}

sub start {
    my ($self) = @_;

    $self->SUPER::start;
    waitpid($self->{pid}, 0);
    $self->{pid} = $self->pid_in('nginx.pid');
    return $self;
}

sub pid_in {
    my ($self, $file) = @_;
    return (Gmshoot::slurp("$self->{dir}/$file") =~ /^(\d+)$/m)[0] || 0;
}

# Another master beside the one that is asked: its pid, once its workers run.
sub upgrade {
    my ($self) = @_;

    my $n = $self->workers_started;
    kill('USR2', $self->{pid});
    return $self->wait_for(sub {
        my $new = $self->pid_in('nginx.pid');
        return $self->workers_started >= $n + $self->{workers}
            && $new && $new != $self->{pid} ? $new : undef;
    }, 'the new master');
}

# Until a process has gone.
sub gone {
    my ($self, $pid, $timeout) = @_;
    return $self->wait_for(sub { !alive($pid) }, "$pid to go", $timeout);
}

sub stop {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    my $began = Time::HiRes::time();

    kill('QUIT', $pid);
    ok($self->gone($pid), 'nginx leaves when it is asked to')
        or kill('KILL', $pid);
    return Time::HiRes::time() - $began;
}

1;
